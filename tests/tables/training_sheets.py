"""The same few rows of each table of staff and training, as two institutions would export them."""

SHEETS = {
    "kpis": (
        "绩效考核表",
        """\
        考核对象类型,工号,指标,考核月份,实际值,目标值,权重,基数
        员工,T1,续费率,2026年1月,62%,70%,40%,50
        个人,T1,续费率,2026/2,0.64,0.7,0.4,47
        校区,浦东,业绩,202603,1280000,1500000,1,
        """,
        """\
        unit,unit id,metric,month,value,target,weight,n
        staff,T1,续费率,2026-01,0.62,0.7,0.4,50
        staff,T1,续费率,2026-02-11,0.64,0.7,0.4,47
        campus,浦东,业绩,2026-03-31,"1,280,000",1500000,1,
        """,
    ),
    "incidents": (
        "关键事件记录",
        """\
        工号,姓名,发生时间,事件类型,事件性质,学号,事件描述
        T1,王芳,2026-01-05 10:00,安抚家长,正面,S1,当场说清了退费规则
        T1,王芳,2026-01-09 10:00,承诺过度,负面,,
        T2,李雷,2026年2月3日,迟到,负面,,
        """,
        """\
        staff_id,at,kind,good,student_id,text
        T1,2026-01-05 10:00,安抚家长,yes,S1,当场说清了退费规则
        T1,2026-01-09 10:00,承诺过度,no,,
        T2,2026-02-03,迟到,bad,,
        """,
    ),
    "promotions": (
        "晋升记录",
        """\
        工号,晋升日期,原职级,新职级
        T1,2026/1/1,P4,P5
        T1,2026/7/1,P5,P6
        T2,2026/7/1,,M1
        """,
        """\
        employee id,on,from_grade,to_grade
        T1,2026-01-01,P4,P5
        T1,2026-07-01,P5,P6
        T2,2026-07-01,,M1
        """,
    ),
    "certificates": (
        "证书登记表",
        """\
        工号,证书名称,考试日期,考试结果
        T1,课程顾问认证,2026-01-10,未通过
        T1,课程顾问认证,2026-02-10,通过
        T2,教师资格,2026-02-11,合格
        """,
        """\
        staff_id,certificate,taken on,passed
        T1,课程顾问认证,2026-01-10,fail
        T1,课程顾问认证,2026-02-10,pass
        T2,教师资格,2026-02-11,yes
        """,
    ),
    "trainings": (
        "培训计划",
        """\
        培训编号,培训名称,供应商,培训类型,培训形式,开始日期,结束日期,技能有效月数
        P1,FABE销售,V1,技能培训,线上+线下,2026-01-05,2026-01-20,12
        P2,新员工入职,,新员工培训,线下,2026-02-01,2026-02-03,
        P3,行业研讨,V2,行业,线上,2026-03-01,2026-03-01,6
        """,
        """\
        training_id,training name,vendor_id,kind,format,starts_on,ends_on,skill_life_months
        P1,FABE销售,V1,skills,blended,2026-01-05,2026-01-20,12
        P2,新员工入职,,onboarding,offline,2026-02-01,2026-02-03,
        P3,行业研讨,V2,industry,online,2026-03-01,2026-03-01,6
        """,
    ),
    "training_sessions": (
        "培训安排表",
        """\
        场次编号,培训编号,计划时间,实际时间,课时,培训地点,讲师,模块,是否新内容,突发情况
        P1-1,P1,2026-01-05 09:00,2026-01-05 09:10,3课时,总部,T9,利益,是,
        P1-2,P1,2026-01-12 09:00,2026-01-14 14:00,3,总部,外聘A,证据,否,停电
        P1-3,P1,2026-01-19 09:00,,3,总部,T9,演练,否,
        """,
        """\
        session_id,training_id,planned_at,held_at,hours,room,instructor_id,module,new_content,incident
        P1-1,P1,2026-01-05 09:00,2026-01-05 09:10,3,总部,T9,利益,yes,
        P1-2,P1,2026-01-12 09:00,2026-01-14 14:00,3,总部,外聘A,证据,no,停电
        P1-3,P1,2026-01-19 09:00,,3,总部,T9,演练,no,
        """,
    ),
    "training_attendance": (
        "培训签到表",
        """\
        场次编号,工号,姓名,签到状态,签到时间
        P1-1,T1,王芳,已签到,2026-01-05 08:58
        P1-1,T2,李雷,请假,2026-01-05 09:00
        P1-2,T2,李雷,补训,2026-01-20 10:00
        """,
        """\
        session_id,staff_id,status,at
        P1-1,T1,present,2026-01-05 08:58
        P1-1,T2,absent,2026-01-05 09:00
        P1-2,T2,made up,2026-01-20 10:00
        """,
    ),
    "trainees": (
        "参训人员名单",
        """\
        培训编号,工号,姓名,分组,期次,培训班,是否随机分配,入班日期,是否结业,结业日期,参训课时,退出日期
        P1,T1,王芳,参训组,第一期,A班,是,2026-01-05,结业,2026-01-20,9,
        P1,T2,李雷,对照组,第一期,,是,2026-01-05,,,,
        P1,T3,韩梅,待训,第二期,,否,2026-01-05,未结业,2026-01-20,3,2026-01-13
        """,
        """\
        training_id,staff_id,arm,cohort,class_id,assigned_at_random,enrolled_on,completed,concluded_on,hours,left_on
        P1,T1,trained,第一期,A班,yes,2026-01-05,yes,2026-01-20,9,
        P1,T2,control,第一期,,yes,2026-01-05,,,,
        P1,T3,waiting list,第二期,,no,2026-01-05,no,2026-01-20,3,2026-01-13
        """,
    ),
    "training_costs": (
        "培训费用明细",
        """\
        培训编号,费用类别,成本性质,金额(元),费用项目,费用日期,单据号
        P1,讲师费,直接,"￥8,000.00",两天课酬,2026-01-20,F1
        P1,场地费,直接,1.2万,,2026-01-21,
        P1,工时,间接,5400,,2026-01-31,
        合计,,,25400,,,
        """,
        """\
        training_id,category,direct,amount_cny,item,paid_on,cost_id
        P1,instructor,direct,8000,两天课酬,2026-01-20,F1
        P1,venue,yes,12000,,2026-01-21,
        P1,wages,indirect,5400,,2026-01-31,
        """,
    ),
    "training_targets": (
        "培训目标表",
        """\
        培训编号,目标指标,基线,目标值,目标方式,方向,期限(月),约定日期
        P1,打卡率,,85%,达到,不低于,2,2025-12-20
        P1,新客户数,20,20%,增幅,提高,6,2025-12-20
        P1,答复小时数,27,24,水平,不高于,3,2025-12-20
        """,
        """\
        training_id,measure,baseline,target,kind,direction,months,agreed_on
        P1,check_ins,,0.85,level,up,2,2025-12-20
        P1,新客户数,20,0.2,relative change,at least,6,2025-12-20
        P1,答复小时数,27,24,level,at most,3,2025-12-20
        """,
    ),
    "check_ins": (
        "学习打卡表",
        """\
        培训编号,工号,打卡周,打卡状态
        P1,T1,2026年第2周,已打卡
        P1,T1,2026/1/12,缺卡
        P1,T2,2026-01-11,已打卡
        """,
        """\
        training_id,staff_id,week,done
        P1,T1,2026-W02,yes
        P1,T1,2026-W03,not done
        P1,T2,2026-01-05,done
        """,
    ),
    "reactions": (
        "培训满意度调查表",
        """\
        培训编号,场次编号,答卷人工号,题目,维度,讲师,得分,是否反向题,提交时间,意见与建议
        P1,P1-1,T1,讲师讲得清楚,讲师,T9,5,否,2026-01-05 17:00,很好
        P1,P1-1,T1,内容与我无关,内容相关,T9,2,是,2026-01-05 17:00,
        P1,P1-1,T2,回去就用,应用意愿,T9,4,否,2026-01-05 17:05,
        """,
        """\
        training_id,session_id,respondent_id,item,dimension,instructor_id,score,reverse_keyed,answered_at,text
        P1,P1-1,T1,讲师讲得清楚,instructor,T9,5,no,2026-01-05 17:00,很好
        P1,P1-1,T1,内容与我无关,relevance,T9,2,yes,2026-01-05 17:00,
        P1,P1-1,T2,回去就用,commitment,T9,4,no,2026-01-05 17:05,
        """,
    ),
    "test_answers": (
        "考试成绩",
        """\
        培训编号,工号,姓名,测验时点,考试时间,题号,章节,作答,是否正确,得分,满分
        P1,T1,王芳,前测,2026-01-05 09:00,1,利益,B,错误,0,1
        P1,T1,王芳,训后,2026-01-20 16:00,1,利益,C,正确,1,1
        P1,T1,王芳,延后,2026-04-20 16:00,1,利益,C,√,1,1
        """,
        """\
        training_id,staff_id,occasion,taken_at,item_id,chapter,answer,correct,score,max_score
        P1,T1,pre,2026-01-05 09:00,1,利益,B,wrong,0,1
        P1,T1,post,2026-01-20 16:00,1,利益,C,correct,1,1
        P1,T1,delayed,2026-04-20 16:00,1,利益,C,yes,1,1
        """,
    ),
    "ratings": (
        "360度评估表",
        """\
        培训编号,被评人工号,评价人工号,评价人角色,评价类型,测评时点,评价时间,能力项,得分,最低分,最高分,用时（秒）,误判次数
        P1,T1,T8,直属上级,360度,训前,2026-01-04,倾听,3,1,5,,
        P1,T1,T1,自评,360度,训前,2026-01-04,倾听,4,1,5,,
        ,T1,E1,评委,异议处理,2026年一季度,2026-03-04,质量,80,0,100,4.5,1
        """,
        """\
        training_id,staff_id,rater_id,rater_role,kind,occasion,at,dimension,score,scale_min,scale_max,seconds,errors
        P1,T1,T8,superior,behavior,pre,2026-01-04,倾听,3,1,5,,
        P1,T1,T1,self,behaviour,before,2026-01-04,倾听,4,1,5,,
        ,T1,E1,assessor,objection,2026年一季度,2026-03-04,质量,80,0,100,4.5,1
        """,
    ),
    "documents": (
        "知识库",
        """\
        文档编号,作者,主题,操作时间,操作,操作人
        D1,T9,退费话术,2026-01-05 10:00,浏览,T1
        D1,T9,退费话术,2026-01-05 10:00,下载,T2
        D2,T1,,2026-01-06 10:00,应用,
        """,
        """\
        doc_id,author_id,topic,at,event,staff_id
        D1,T9,退费话术,2026-01-05 10:00,view,T1
        D1,T9,退费话术,2026-01-05 10:00,download,T2
        D2,T1,,2026-01-06 10:00,applied,
        """,
    ),
    "meetings": (
        "会议协作",
        """\
        会议编号,会议时间,事项类型,参与部门,议题数,完成议题数,决议数,决议完成数,会议时长（分钟）,发起时间,办结时间
        M1,2026-01-05 10:00,例会,教学部;客服部,4,4,5个,3,90,,2026-02-05
        M2,2026-01-06,跨部门审批,市场部;财务部,,,,,,2026-01-06,2026-01-09
        M3,2026-01-07,争议,教学部;市场部,,,,,,2026-01-07,
        """,
        """\
        meeting_id,at,kind,departments,items,items_done,decisions,decisions_done,minutes,opened_at,closed_at
        M1,2026-01-05 10:00,meeting,教学部;客服部,4,4,5,3,90,,2026-02-05
        M2,2026-01-06,request,市场部;财务部,,,,,,2026-01-06,2026-01-09
        M3,2026-01-07,dispute,教学部;市场部,,,,,,2026-01-07,
        """,
    ),
}
"""By table: what a Chinese institution calls its file, its sheet, and the same rows under English headers."""
